import { Link } from 'wouter';
import { Icon } from './icon.js';

export function Logo() {
  return (
    <Link href="/settings" className="logo">
      <span className="logo-mark">
        <Icon name="key" />
      </span>
      Latchkey
    </Link>
  );
}
