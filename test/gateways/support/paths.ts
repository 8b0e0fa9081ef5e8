import fc from 'fast-check';

/** One place each, whoever reads them. */
export const PLAIN = [
  '/',
  '/a/',
  '/a.b/..c/...',
  '/.well-known/x',
  "/~ada/x_y-z!$&'()*+,=:@",
  '/a%20b%22%3C%3E%5B%5D%5E%60%7B%7C%7D',
  '/ada%40example.com',
  '/caf%C3%A9/%E0%A4%85/%f0%9f%a6%89',
  '/?a=b;c%2f..//%00%',
  '/a?next=/../projects\\;x',
];

/** Some services serve another place for these than others do. */
export const AMBIGUOUS = [
  '/;a/projects',
  '/a/..;/projects',
  '/\\projects',
  '//projects',
  '/./projects',
  '/x/../projects',
  '/x/..',
  '/x/.?y',
  '/projects;jsessionid=1',
  '/%70rojects',
  '/%2fprojects',
  '/%2e%2e/projects',
  '/x/%2E%2E%2fprojects',
  '/projects%00',
  '/projects%0a',
  '/projects%3bx',
  '/projects%3Fx',
  '/projects%23x',
  '/%5cprojects',
  '/%252fprojects',
  '/%c0%afprojects',
  '/%e0%80%afprojects',
  '/%u002fprojects',
  '/projects%',
  '/projects%2',
  '/projects%zz',
];

const PIECES =
  '/ /projects projects PROJECTS a . .. ... ; ;a=b \\ , : %2f %2F %5c %2e %2E %3b %3B %252f %252e %25 %00 %0d%0a ' +
  '%70rojects project%73 %20 %09 %c0%af %c0%ae %e0%80%af %u002f %u005c %7f %C3%A9 %3f %23 ? ?/../projects | " ~ % %2';

/** Paths from which readers make very different things. */
export const anyPath = fc
  .array(fc.constantFrom(...PIECES.split(' ')), { minLength: 1, maxLength: 6 })
  .map((pieces) => `/${pieces.join('')}`);

/** As lenient as any decoder has been: of `%u002f`, and of UTF-8 that is longer than need be. */
const decoded = (text: string): string =>
  text
    .replace(/%u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/%c0%([89ab][0-9a-f])/gi, (_, low: string) => String.fromCharCode(parseInt(low, 16) & 0x3f))
    .replace(/%e0%80%([89ab][0-9a-f])/gi, (_, low: string) => String.fromCharCode(parseInt(low, 16) & 0x3f))
    .replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

const withoutParameters = (text: string): string => text.replace(/;[^/]*/g, '');
const withoutQuery = (text: string): string => text.replace(/[?#].*/s, '');
const withoutRest = (text: string): string => text.replace(/[\0\r\n].*/s, '');

function resolved(text: string): string {
  const places: string[] = [];
  for (const segment of text.replaceAll('\\', '/').split('/')) {
    if (segment === '..') places.pop();
    else if (segment !== '' && segment !== '.') places.push(segment);
  }
  return `/${places.join('/')}`;
}

type Step = (text: string) => string;

/** What Tomcat, Jetty, Spring, PHP and others do with a path, or have done, in different orders. */
const READERS: readonly (readonly Step[])[] = [
  [withoutQuery, decoded],
  [withoutQuery, resolved, decoded],
  [withoutQuery, withoutParameters, decoded, resolved],
  [withoutQuery, decoded, withoutParameters, resolved],
  [withoutQuery, decoded, resolved, withoutParameters],
  [withoutQuery, withoutParameters, decoded, decoded, resolved],
  [withoutQuery, decoded, decoded, withoutRest, withoutQuery, withoutParameters, resolved],
  [withoutQuery, decoded, withoutRest, withoutQuery, resolved],
];

/** Whether any service serves its `/projects` for this. */
export const mayBeProjects = (path: string): boolean =>
  READERS.some((steps) =>
    /^\/projects(\/|$)/i.test(steps.reduce((text, step) => step(text), path).trimEnd()),
  );
