import {
  PERMISSIONS,
  ROLES,
  type CurrentUser,
  type LoginRequest,
  type Permission,
  type RefreshRequest,
  type Role,
  type Session,
  type SignedOut,
} from '@moolai/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsStorableText } from './storable.validator.js';

/** Body of the sign-in. */
export class LoginDto implements LoginRequest {
  @ApiProperty({ example: 'admin@moolai.local', maxLength: 255 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  @IsStorableText()
  email: string;

  @ApiProperty({ example: 'correct horse battery staple', maxLength: 1024 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1024)
  password: string;

  @ApiPropertyOptional({
    example: false,
    description: 'For browsers: the refresh token goes into an HttpOnly cookie, not into the answer.',
  })
  @IsOptional()
  @IsBoolean()
  use_cookie?: boolean;
}

/** Body of the token refresh. */
export class RefreshDto implements RefreshRequest {
  @ApiPropertyOptional({
    example: 'a1b2c3.d4e5f6',
    maxLength: 512,
    description: 'Left out where a cookie has it.',
  })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(512)
  refresh_token?: string;
}

/** Who is signed in. */
export class CurrentUserDto implements CurrentUser {
  @ApiProperty({ example: 'superadmin' })
  user_id: string;

  @ApiProperty({ example: 'admin@moolai.local' })
  email: string;

  @ApiProperty({ enum: ROLES, example: 'superadmin' })
  role: Role;

  @ApiProperty({
    type: [String],
    nullable: true,
    example: ['org-001'],
    description: 'The organizations that the user sees and touches; null is all of them.',
  })
  organization_ids: string[] | null;

  @ApiProperty({
    enum: PERMISSIONS,
    isArray: true,
    example: ['fleet:read'],
    description: 'What the role allows, within them.',
  })
  permissions: Permission[];
}

/** A session: a short access token, and a refresh token for the next one. */
export class SessionDto implements Session {
  @ApiProperty({ example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…' })
  access_token: string;

  @ApiProperty({ enum: ['bearer'], example: 'bearer' })
  token_type: 'bearer';

  @ApiProperty({ type: 'integer', example: 900, description: 'Seconds that the access token lives.' })
  expires_in: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'a1b2c3.d4e5f6',
    description: 'Good once. Null where a cookie has it.',
  })
  refresh_token: string | null;

  @ApiProperty({ type: CurrentUserDto })
  user: CurrentUserDto;
}

/** What signing out ended. */
export class SignedOutDto implements SignedOut {
  @ApiProperty({ type: String, nullable: true, example: '7e2f5a10-0c1d-4e2f-8a3b-4c5d6e7f8091' })
  session_id: string | null;
}
