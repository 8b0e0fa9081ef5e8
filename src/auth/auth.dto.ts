import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { isEmail } from 'class-validator';
import { fault, IsName } from '../common/text.js';
import { UserBody } from '../users/user.dto.js';
import { normaliseEmail } from '../users/user.js';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, passwordFault } from './password-policy.js';

/** A name, an address and a password, each of the greatest length. */
export const SIGN_IN_LIMIT_BYTES = 6 * 1024;
/** Two passwords. */
export const PASSWORD_CHANGE_LIMIT_BYTES = 12 * 1024;

const PASSWORD_EXAMPLE = 'four random words together';

const IsNewPassword = (label: string) => fault('isNewPassword', (value) => passwordFault(label, value));

/** A password that was chosen earlier. It may be shorter than today's rules ask for, but not of any length. */
const IsPassword = (label: string) =>
  fault('isPassword', (value) => {
    if (value === undefined || value === null || value === '') return `${label} is required.`;
    if (typeof value !== 'string') return `${label} must be a string.`;
    return value.length > 2 * MAX_PASSWORD_LENGTH ? `${label} is too long.` : undefined;
  });

const MAX_EMAIL_LENGTH = 254;

/** The library throws if the text contains half of a surrogate pair. */
const isEmailAddress = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= MAX_EMAIL_LENGTH && value.isWellFormed() && isEmail(value);

/** The address is normalised before its length is checked, because lower-casing can make it longer. */
const IsEmailAddress = () =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normaliseEmail(value) : value)),
    fault('isEmailAddress', (value) => {
      if (isEmailAddress(value)) return undefined;
      return typeof value === 'string' && value.length > MAX_EMAIL_LENGTH
        ? `Email must be at most ${MAX_EMAIL_LENGTH} characters.`
        : 'Email must be an email address.';
    }),
  );

export class LoginBody {
  @ApiProperty({ format: 'email', maxLength: 254, example: 'ada@example.com' })
  @IsEmailAddress()
  readonly email!: string;

  @ApiProperty({ format: 'password', maxLength: MAX_PASSWORD_LENGTH, example: PASSWORD_EXAMPLE })
  @IsPassword('Password')
  readonly password!: string;
}

export class RegisterBody {
  @ApiProperty({ maxLength: 255, example: 'Ada Lovelace' })
  @IsName('Name')
  readonly name!: string;

  @ApiProperty({ format: 'email', maxLength: 254, example: 'ada@example.com' })
  @IsEmailAddress()
  readonly email!: string;

  @ApiProperty({
    format: 'password',
    minLength: MIN_PASSWORD_LENGTH,
    maxLength: MAX_PASSWORD_LENGTH,
    description: 'Long is what counts: no rules about digits or signs. Common passwords are refused.',
    example: PASSWORD_EXAMPLE,
  })
  @IsNewPassword('Password')
  readonly password!: string;
}

export class ChangePasswordBody {
  @ApiProperty({ format: 'password', maxLength: MAX_PASSWORD_LENGTH, example: PASSWORD_EXAMPLE })
  @IsPassword('Current password')
  readonly current_password!: string;

  @ApiProperty({
    format: 'password',
    minLength: MIN_PASSWORD_LENGTH,
    maxLength: MAX_PASSWORD_LENGTH,
    example: 'other words put together',
  })
  @IsNewPassword('New password')
  readonly new_password!: string;
}

export class SessionBody {
  @ApiProperty({ type: UserBody, nullable: true, description: 'Whoever is signed in.' })
  readonly user!: UserBody | null;

  @ApiProperty({ description: 'The cookie is that of a session that is over.', example: false })
  readonly ended!: boolean;

  @ApiProperty({ description: 'Anybody may make an account.', example: true })
  readonly registration_open!: boolean;
}
