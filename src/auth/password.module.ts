import { Module } from '@nestjs/common';
import { AuthModule } from './auth.module.js';
import { PasswordController } from './password.controller.js';

/** What signed-in people do about their password. Behind the current user's own route in the API's description. */
@Module({ imports: [AuthModule], controllers: [PasswordController] })
export class PasswordModule {}
