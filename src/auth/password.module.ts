import { Module } from '@nestjs/common';
import { AuthModule } from './auth.module.js';
import { PasswordController } from './password.controller.js';

/** A module of its own, so that the API's description has its route behind that of the current user. */
@Module({ imports: [AuthModule], controllers: [PasswordController] })
export class PasswordModule {}
