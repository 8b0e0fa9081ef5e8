import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.js';

type Look = 'info' | 'success' | 'warning' | 'failure';

const ICONS: Readonly<Record<Look, IconName>> = {
  info: 'warning',
  success: 'check',
  warning: 'warning',
  failure: 'warning',
};

/** A few words that must not be overlooked; a failure is read out at once. */
export function Notice({ look = 'info', children }: { readonly look?: Look; readonly children: ReactNode }) {
  return (
    <div
      className={`notice notice-${look}`}
      role={look === 'failure' ? 'alert' : undefined}
      tabIndex={look === 'failure' ? -1 : undefined}
    >
      <Icon name={ICONS[look]} />
      <div>{children}</div>
    </div>
  );
}
