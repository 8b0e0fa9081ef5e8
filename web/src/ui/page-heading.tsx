import { useEffect, useRef } from 'react';

let pagesShown = 0;

/**
 * What a page is about, also in the title of the window. After a change of page the focus goes here, as it
 * would go to the top of a new document.
 */
export function PageHeading({ level, children }: { readonly level: 1 | 2; readonly children: string }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · Latchkey`;
    if (pagesShown > 0) ref.current?.focus({ preventScroll: true });
    pagesShown += 1;
  }, [children]);
  const Heading = `h${level}` as const;
  return (
    <Heading ref={ref} tabIndex={-1}>
      {children}
    </Heading>
  );
}
