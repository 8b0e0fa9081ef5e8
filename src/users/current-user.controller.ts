import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScopes } from '../access/access.decorator.js';
import { CurrentPrincipal, type Principal } from '../access/principal.js';
import { ApiProblems } from '../common/problem.decorator.js';
import { UserBody, userBody } from './user.dto.js';

@ApiTags('Current user')
@Controller('v1/current_user')
export class CurrentUserController {
  @Get()
  @RequireScopes('user:read')
  @ApiOperation({ operationId: 'getCurrentUser', summary: 'Who am I?' })
  @ApiOkResponse({ type: UserBody, description: 'The user whose session or token this is.' })
  @ApiProblems(500, 503)
  get(@CurrentPrincipal() { user }: Principal): UserBody {
    return userBody(user);
  }
}
