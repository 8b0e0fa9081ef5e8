import { BadRequestException, Body, ConflictException, Controller, Get, Post } from '@nestjs/common';
import type { VerifiedToken } from 'latchkey-client';
import { CurrentToken, RequireScopes } from 'latchkey-client/nestjs';

interface Project {
  readonly id: number;
  readonly name: string;
  readonly ownerId: string;
}

const MAX_PROJECTS = 1000;
const MAX_NAME_LENGTH = 100;

/** Projects of people, as long as the process lives. */
@Controller('projects')
export class ProjectsController {
  private readonly projects: Project[] = [];

  @Get()
  @RequireScopes('projects:read')
  list(@CurrentToken() { userId }: VerifiedToken): Project[] {
    return this.projects.filter(({ ownerId }) => ownerId === userId);
  }

  @Post()
  @RequireScopes('projects:write')
  create(@CurrentToken() { userId }: VerifiedToken, @Body() body: unknown): Project {
    if (this.projects.length >= MAX_PROJECTS)
      throw new ConflictException('There is no room for more projects.');
    const project = { id: this.projects.length + 1, name: nameOf(body), ownerId: userId };
    this.projects.push(project);
    return project;
  }
}

/** @throws BadRequestException */
function nameOf(body: unknown): string {
  const { name } = (body ?? {}) as { name?: unknown };
  if (typeof name === 'string' && name !== '' && name.length <= MAX_NAME_LENGTH) return name;
  throw new BadRequestException(`name must be a text of 1 to ${MAX_NAME_LENGTH} characters.`);
}
