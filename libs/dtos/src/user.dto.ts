import {
  ID_PATTERN,
  PASSWORD_MAX_LENGTH,
  PASSWORD_MIN_LENGTH,
  ROLES,
  USER_SORTS,
  type ChangePasswordRequest,
  type ChangeUserRequest,
  type CreateUserRequest,
  type Role,
  type User,
  type UserListQuery,
  type UserSession,
} from '@moolai/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateIf,
} from 'class-validator';
import { ListQueryDto } from './list-query.dto.js';
import { IsStorableText } from './storable.validator.js';

const MAX_ORGANIZATIONS = 1_000;

const given = (_: object, value: unknown): boolean => value !== undefined;

/** The organizations where a role holds. */
export function OrganizationIds(): PropertyDecorator {
  return (target, key) => {
    ValidateIf(given)(target, key);
    IsArray()(target, key);
    ArrayMaxSize(MAX_ORGANIZATIONS)(target, key);
    ArrayUnique()(target, key);
    Matches(ID_PATTERN, { each: true })(target, key);
    ApiPropertyOptional({
      type: [String],
      example: ['org-001'],
      maxItems: MAX_ORGANIZATIONS,
      description: 'Where the role holds. To be left out for a superadmin, and for nobody else.',
    })(target, key);
  };
}

function Password(): PropertyDecorator {
  return (target, key) => {
    IsString()(target, key);
    MinLength(PASSWORD_MIN_LENGTH)(target, key);
    MaxLength(PASSWORD_MAX_LENGTH)(target, key);
    IsStorableText()(target, key);
  };
}

/** Body of the creation of a user. */
export class CreateUserDto implements CreateUserRequest {
  @ApiProperty({ example: 'ada@example.com', maxLength: 255 })
  @IsEmail({ require_tld: false })
  @MaxLength(255)
  email: string;

  @ApiPropertyOptional({ example: 'Ada Lovelace', maxLength: 255, description: 'By default the address.' })
  @ValidateIf(given)
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  @IsStorableText()
  name?: string;

  @ApiProperty({ enum: ROLES, example: 'operator' })
  @IsIn(ROLES)
  role: Role;

  @OrganizationIds()
  organization_ids?: string[];

  @ApiPropertyOptional({
    example: 'correct horse battery staple',
    minLength: PASSWORD_MIN_LENGTH,
    maxLength: PASSWORD_MAX_LENGTH,
    description: 'Without one the user can sign in by OpenID Connect only.',
  })
  @ValidateIf(given)
  @Password()
  password?: string;
}

/** Body of a change of a user; what is left out stays. */
export class ChangeUserDto implements ChangeUserRequest {
  @ApiPropertyOptional({ example: 'Ada Lovelace', maxLength: 255 })
  @ValidateIf(given)
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  @IsStorableText()
  name?: string;

  @ApiPropertyOptional({ enum: ROLES, example: 'operator' })
  @ValidateIf(given)
  @IsIn(ROLES)
  role?: Role;

  @OrganizationIds()
  organization_ids?: string[];

  @ApiPropertyOptional({ example: true, description: 'An inactive user cannot sign in.' })
  @ValidateIf(given)
  @IsBoolean()
  is_active?: boolean;

  @ApiPropertyOptional({
    example: 'correct horse battery staple',
    minLength: PASSWORD_MIN_LENGTH,
    maxLength: PASSWORD_MAX_LENGTH,
    description: 'Ends every session of the user.',
  })
  @ValidateIf(given)
  @Password()
  password?: string;
}

/** Body of a change of one's own password. */
export class ChangePasswordDto implements ChangePasswordRequest {
  @ApiProperty({ example: 'correct horse battery staple', maxLength: PASSWORD_MAX_LENGTH })
  @IsString()
  @MaxLength(PASSWORD_MAX_LENGTH)
  current_password: string;

  @ApiProperty({
    example: 'staple battery horse correct',
    minLength: PASSWORD_MIN_LENGTH,
    maxLength: PASSWORD_MAX_LENGTH,
  })
  @Password()
  new_password: string;
}

/** Query of the list of users. */
export class UserListQueryDto extends ListQueryDto implements UserListQuery {
  @ApiPropertyOptional({ enum: ROLES })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ example: 'org-001', description: 'Only those whose role holds there.' })
  @IsOptional()
  @Matches(ID_PATTERN)
  organization_id?: string;

  @ApiPropertyOptional({ type: Boolean, example: true })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  is_active?: boolean;

  @ApiPropertyOptional({ enum: USER_SORTS, default: 'email' })
  @IsOptional()
  @IsIn(USER_SORTS)
  sort: string = 'email';
}

/** Somebody who administrates. */
export class UserDto implements User {
  @ApiProperty({ example: '0b9f3f0e-6f0b-4f3e-9d0b-7a1c2d3e4f50' })
  user_id: string;

  @ApiProperty({ example: 'ada@example.com' })
  email: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  name: string;

  @ApiProperty({ enum: ROLES, example: 'operator' })
  role: Role;

  @ApiProperty({
    type: [String],
    nullable: true,
    example: ['org-001'],
    description: 'Where the role holds; null is everywhere.',
  })
  organization_ids: string[] | null;

  @ApiProperty({ example: true })
  is_active: boolean;

  @ApiProperty({ example: true, description: 'False for those who sign in by OpenID Connect only.' })
  has_password: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-23T19:59:30.000Z' })
  last_login_at: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'admin@moolai.local' })
  created_by: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-01T08:00:00.000Z' })
  created_at: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-01T08:00:00.000Z' })
  updated_at: string;
}

/** Where somebody is signed in. */
export class UserSessionDto implements UserSession {
  @ApiProperty({ example: '7e2f5a10-0c1d-4e2f-8a3b-4c5d6e7f8091' })
  session_id: string;

  @ApiProperty({ example: true, description: 'True for the session that asks.' })
  is_current: boolean;

  @ApiProperty({ type: String, nullable: true, example: '192.0.2.7' })
  address: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Mozilla/5.0 (X11; Linux x86_64)' })
  user_agent: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T08:00:00.000Z' })
  created_at: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T19:59:30.000Z' })
  last_used_at: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T07:59:30.000Z' })
  expires_at: string;
}
