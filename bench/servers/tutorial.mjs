/**
 * The tutorial way: NestJS on Express, a guard that finds the token with its user through TypeORM and saves
 * when it was last used, as Laravel Sanctum does on every request. On the service's own tables.
 */
import 'reflect-metadata';
import { hash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Inject, Module, Req, UnauthorizedException, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { decorate } from '../lib/decorate.mjs';

class User {}
decorate(User, [Entity('users')], {
  id: [PrimaryGeneratedColumn({ type: 'bigint' })],
  name: [Column({ type: 'varchar' })],
  email: [Column({ type: 'varchar' })],
  createdAt: [Column({ name: 'created_at', type: 'datetime', precision: 3 })],
});

class PersonalAccessToken {}
decorate(PersonalAccessToken, [Entity('personal_access_tokens')], {
  id: [PrimaryGeneratedColumn({ type: 'bigint' })],
  secretHash: [Column({ name: 'secret_hash', type: 'varchar' })],
  expiresAt: [Column({ name: 'expires_at', type: 'datetime', precision: 3, nullable: true })],
  lastUsedAt: [Column({ name: 'last_used_at', type: 'datetime', precision: 3, nullable: true })],
  user: [ManyToOne(() => User), JoinColumn({ name: 'user_id' })],
});

class TokenGuard {
  constructor(tokens) {
    this.tokens = tokens;
  }

  async canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const [scheme, presented = ''] = (request.headers.authorization ?? '').split(' ');
    const [id, secret = ''] = presented.split('|');
    if (scheme !== 'Bearer' || !/^\d{1,15}$/.test(id)) throw new UnauthorizedException();
    const token = await this.tokens.findOne({ where: { id }, relations: { user: true } });
    const digest = Buffer.from(hash('sha256', secret));
    if (token === null || !timingSafeEqual(digest, Buffer.from(token.secretHash))) {
      throw new UnauthorizedException();
    }
    if (token.expiresAt !== null && token.expiresAt <= new Date()) throw new UnauthorizedException();
    token.lastUsedAt = new Date();
    await this.tokens.save(token);
    request.user = token.user;
    return true;
  }
}
Inject(getRepositoryToken(PersonalAccessToken))(TokenGuard, undefined, 0);

class CurrentUserController {
  get({ user: { id, name, email, createdAt } }) {
    return { id: Number(id), name, email, created_at: createdAt };
  }
}
Req()(CurrentUserController.prototype, 'get', 0);
decorate(CurrentUserController, [Controller()], { get: [Get(), UseGuards(TokenGuard)] });

class AppModule {}
decorate(AppModule, [
  Module({
    imports: [
      TypeOrmModule.forRoot({
        type: 'mysql',
        url: process.env.DATABASE_URL,
        timezone: 'Z',
        entities: [User, PersonalAccessToken],
      }),
      TypeOrmModule.forFeature([PersonalAccessToken]),
    ],
    controllers: [CurrentUserController],
  }),
]);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
await app.listen(Number(process.env.PORT), process.env.HOST);
