import { describe, expect, test } from '@jest/globals';
import { codePoints, nameFault } from './text.js';

const faultOf = (value: unknown) => nameFault('Token name', value);

describe('a good name', () => {
  test.each([
    ['ASCII', 'Automation Script - Project Updates'],
    ['quotes and markup', `<b>"Bob's" & co</b>; DROP TABLE users`],
    ['emoji', '🚀🔑'],
    ['a family joined by zero-width joiners', '👩‍👩‍👧‍👦'],
    ['a flag', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['an emoji with a variation selector', '❤️'],
    ['combining marks', 'Zoe\u0308'],
    ['right-to-left script', 'مفتاح التكامل'],
    ['right-to-left script with a mark', '\u200fמפתח\u200e'],
    ['Persian with a zero-width non-joiner', 'می\u200cخواهم'],
    ['inner spaces', 'a  b\u00a0c'],
    ['255 letters', 'a'.repeat(255)],
    ['255 emoji, which are 510 UTF-16 units', '😀'.repeat(255)],
    ['one letter', 'a'],
    ['zero', '0'],
  ])('%s', (_, name) => {
    expect(faultOf(name)).toBeUndefined();
  });
});

describe('a bad name', () => {
  const required = 'Token name is required.';
  const string = 'Token name must be a string.';
  const control = 'Token name must not contain control characters.';
  const unicode = 'Token name must be valid Unicode text.';
  const long = 'Token name must be at most 255 characters.';

  test.each<[string, unknown, string]>([
    ['missing', undefined, required],
    ['null', null, required],
    ['empty', '', required],
    ['spaces', '   ', required],
    ['no-break and ideographic spaces', '\u00a0\u3000', required],
    ['a zero-width space', '\u200b', required],
    ['a joiner alone', '\u200d', required],
    ['a soft hyphen', '\u00ad', required],
    ['Hangul fillers', '\u3164\uffa0', required],
    ['a byte order mark', '\ufeff', required],
    ['tag characters', '\u{e0061}\u{e0062}', required],
    ['a variation selector', '\ufe0f', required],
    ['a number', 7, string],
    ['zero', 0, string],
    ['false', false, string],
    ['an array', ['Slack'], string],
    ['an empty array', [], string],
    ['an object', {}, string],
    ['an object that reads like a string', { toString: () => 'Slack' }, string],
    ['with a NUL', 'Sl\u0000ack', control],
    ['with a line break', 'Sl\nack', control],
    ['with a tab', 'Sl\tack', control],
    ['with an escape', '\u001b[31mSlack', control],
    ['with DEL', 'Slack\u007f', control],
    ['with a C1 control', 'Slack\u0085', control],
    ['with a line separator', 'Sl\u2028ack', control],
    ['with a paragraph separator', 'Sl\u2029ack', control],
    ['with a high surrogate alone', 'Slack\ud83d', unicode],
    ['with a low surrogate alone', '\ude00Slack', unicode],
    ['with a pair the wrong way round', '\ude00\ud83d', unicode],
    ['of 256 letters', 'a'.repeat(256), long],
    ['of 256 emoji', '😀'.repeat(256), long],
    ['of 300 invisible characters and a letter', `${'\u200b'.repeat(300)}a`, long],
  ])('%s: one message, the one that fits', (_, name, message) => {
    expect(faultOf(name)).toBe(message);
  });

  test.each(['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069'])(
    'with something that turns the writing direction: %j',
    (character) => {
      expect(faultOf(`Slack${character}kcalS`)).toBe(control);
    },
  );

  test('the message begins with the label', () => {
    expect(nameFault('Name', 5)).toBe('Name must be a string.');
  });
});

test('length is counted in code points', () => {
  expect(codePoints('')).toBe(0);
  expect(codePoints('abc')).toBe(3);
  expect(codePoints('😀')).toBe(1);
  expect(codePoints('e\u0301')).toBe(2);
});
