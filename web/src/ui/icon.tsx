const PATHS = {
  key: 'M9.5 14.5a4 4 0 1 1-5.66 5.66A4 4 0 0 1 9.5 14.5Zm0 0L20 4m-4 4 3 3m-5.5-.5 1.5 1.5',
  trash: 'M4 7h16M10 11v6M14 11v6M6 7l1 12a2 2 0 0 0 2 2h6a2 2 0 0 0 2-2l1-12M9 7V4h6v3',
  copy: 'M9 9h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1ZM4 15V5a1 1 0 0 1 1-1h10',
  check: 'm5 13 4 4L19 7',
  close: 'M6 6l12 12M18 6 6 18',
  warning:
    'M12 9v4m0 3.5v.01M10.3 4 2.7 17.3A2 2 0 0 0 4.4 20h15.2a2 2 0 0 0 1.7-2.7L13.7 4a2 2 0 0 0-3.4 0Z',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 5 5',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm9.5 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  'eye-off':
    'M4 4l16 16M9.9 9.9a3 3 0 0 0 4.2 4.2M6.6 6.7C4 8.4 2.5 12 2.5 12S6 18.5 12 18.5c1.9 0 3.5-.6 4.8-1.5M10.3 5.7c.5-.1 1.1-.2 1.7-.2 6 0 9.5 6.5 9.5 6.5s-.7 1.4-2.1 2.9',
} as const;

export type IconName = keyof typeof PATHS;

/** Says nothing by itself: what has an icon also has a name. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
