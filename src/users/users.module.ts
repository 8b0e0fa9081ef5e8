import { Module } from '@nestjs/common';
import { CurrentUserController } from './current-user.controller.js';
import { UserRepository } from './user.repository.js';
import { UsersService } from './users.service.js';

@Module({
  controllers: [CurrentUserController],
  providers: [UserRepository, UsersService],
  exports: [UsersService],
})
export class UsersModule {}
