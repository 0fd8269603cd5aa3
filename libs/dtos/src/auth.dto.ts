import {
  PERMISSIONS,
  ROLES,
  type CurrentUser,
  type LoginRequest,
  type Permission,
  type RefreshRequest,
  type Role,
  type Session,
} from '@moolai/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

/** Body of the sign-in. */
export class LoginDto implements LoginRequest {
  @ApiProperty({ example: 'admin@moolai.local', maxLength: 255 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  email: string;

  @ApiProperty({ example: 'correct horse battery staple', maxLength: 1024 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1024)
  password: string;
}

/** Body of the token refresh. */
export class RefreshDto implements RefreshRequest {
  @ApiProperty({ example: 'a1b2c3.d4e5f6', maxLength: 512 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(512)
  refresh_token: string;
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

  @ApiProperty({ example: 'a1b2c3.d4e5f6', description: 'Good once.' })
  refresh_token: string;

  @ApiProperty({ type: CurrentUserDto })
  user: CurrentUserDto;
}
