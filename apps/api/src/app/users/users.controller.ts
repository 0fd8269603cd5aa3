import { Body, Controller, Delete, Get, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Page, User } from '@moolai/contracts';
import { ChangeUserDto, CreateUserDto, UserDto, UserListQueryDto } from '@moolai/dtos';
import { CurrentPrincipal, CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { ApiData, ApiErrors, ApiIdParam, ApiPage } from '../../platform/http/swagger.js';
import { UsersService } from './users.service.js';

const EXAMPLE_ID = '0b9f3f0e-6f0b-4f3e-9d0b-7a1c2d3e4f50';

@ApiTags('users')
@Controller('internal/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @Requires('users:manage')
  @ApiOperation({
    summary: 'List users',
    description: 'Users whose role only applies to your organizations.',
  })
  @ApiPage(UserDto)
  @ApiErrors('validation_error')
  listUsers(@Query() query: UserListQueryDto, @CurrentScope() scope: Scope): Promise<Page<User>> {
    return this.users.list(query, scope);
  }

  @Get(':id')
  @Requires('users:manage')
  @ApiOperation({ summary: 'Get one user', description: 'Without the password.' })
  @ApiIdParam(EXAMPLE_ID)
  @ApiData(UserDto)
  @ApiErrors('not_found', 'validation_error')
  getUser(@Param('id', ParseUUIDPipe) id: string, @CurrentScope() scope: Scope): Promise<User> {
    return this.users.get(id, scope);
  }

  @Post()
  @Requires('users:manage')
  @ApiOperation({
    summary: 'Create a user',
    description: 'With at most your own role, in organizations of yours.',
  })
  @ApiData(UserDto, { created: true })
  @ApiErrors('validation_error', 'conflict')
  createUser(@Body() body: CreateUserDto, @CurrentPrincipal() principal: Principal): Promise<User> {
    return this.users.create(body, principal);
  }

  @Patch(':id')
  @Requires('users:manage')
  @ApiOperation({
    summary: 'Change a user',
    description: "Applies to the user's very next request. A new password ends all of their sessions.",
  })
  @ApiIdParam(EXAMPLE_ID)
  @ApiData(UserDto)
  @ApiErrors('not_found', 'validation_error', 'conflict')
  changeUser(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ChangeUserDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<User> {
    return this.users.change(id, body, principal);
  }

  @Delete(':id')
  @Requires('users:manage')
  @ApiOperation({ summary: 'Delete a user', description: 'Ends their sessions immediately.' })
  @ApiIdParam(EXAMPLE_ID)
  @ApiData(UserDto)
  @ApiErrors('not_found', 'validation_error', 'conflict')
  deleteUser(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<User> {
    return this.users.remove(id, principal);
  }
}
