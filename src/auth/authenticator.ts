import { Injectable } from '@nestjs/common';
import passport from 'passport';

/**
 * This application's own Passport. Rooms that know a kind of credential register a strategy under a name;
 * the guard asks for them by name, so auth/ need not know the others.
 */
@Injectable()
export class Authenticator extends passport.Authenticator {}
