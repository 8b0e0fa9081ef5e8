import type { ComponentType } from 'react';
import { TokensPage } from '../tokens/tokens-page.js';
import { PasswordPage } from './password-page.js';
import { ProfilePage } from './profile-page.js';
import { SecurityLogPage } from './security-log-page.js';

interface Section {
  readonly path: string;
  readonly title: string;
  readonly Page: ComponentType;
}

/** The parts of the account settings. */
export const SECTIONS: readonly [Section, ...Section[]] = [
  { path: '/settings/profile', title: 'Profile', Page: ProfilePage },
  { path: '/settings/password', title: 'Password', Page: PasswordPage },
  { path: '/settings/tokens', title: 'API Personal Access Tokens', Page: TokensPage },
  { path: '/settings/security-log', title: 'Security log', Page: SecurityLogPage },
];
