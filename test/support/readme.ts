import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A command of the README, and what it says the command prints. */
export interface Step {
  readonly command: string;
  readonly output: string;
}

/** What stands under a heading of the README, up to the next one of the same level. */
export async function readmeSection(heading: string): Promise<string> {
  const readme = await readFile('README.md', 'utf8');
  const section = readme.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`README.md has no section "${heading}".`);
  return section;
}

/** The steps of a session: each a `bash` block, and the `text` block after it. */
export function stepsOf(section: string): Step[] {
  const blocks = [...section.matchAll(/^```(\w+)\n(.*?)\n```$/gms)].map(([, language, text = '']) => ({
    language,
    text,
  }));
  const steps: Step[] = [];
  for (let at = 0; at < blocks.length; at += 2) {
    const [command, output] = [blocks[at], blocks[at + 1]];
    if (command?.language !== 'bash' || output?.language !== 'text') {
      throw new Error(
        `README.md: block ${at + 1} of the session is not a bash block with a text block below.`,
      );
    }
    steps.push({ command: command.text, output: output.text });
  }
  return steps;
}

/** Only what differs from run to run is masked, and only where it has the right shape. */
export const masked = (output: string): string =>
  output
    .replace(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g, '"<time>"')
    .replace(/\|[A-Za-z0-9]{40}[0-9a-f]{8}$/gm, '|<secret>')
    .replace(/"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g, '"<request id>"');

/** @throws Error saying what to install */
export async function assertCurl(): Promise<void> {
  await run('curl', ['--version']).catch((cause: unknown) => {
    throw new Error("This test runs the README's session and needs curl: apt-get install curl", { cause });
  });
}

/**
 * Runs the commands in one bash, as somebody would who pastes them, in an empty directory.
 * @param from the origin the commands name @param to the one they reach
 * @returns what each printed
 */
export async function runSession(commands: readonly string[], from: string, to: string): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-readme-'));
  try {
    // The commands stay as they are, to the letter; curl is told to connect elsewhere.
    const connectTo = `${new URL(from).host}:${new URL(to).host}`;
    await writeFile(join(directory, '.curlrc'), `connect-to = "${connectTo}"\nnoproxy = "*"\n`);
    const boundary = '\n--- next command ---\n';
    const script = commands.map((command) => `${command}\nprintf ${JSON.stringify(boundary)}\n`).join('');
    const { stdout } = await run('bash', ['-c', `exec 2>&1\n${script}`], {
      cwd: directory,
      env: { PATH: process.env.PATH, HOME: directory, CURL_HOME: directory, LC_ALL: 'C' },
      timeout: 20_000,
    });
    return stdout
      .split(boundary)
      .slice(0, -1)
      .map((output) => output.trimEnd());
  } finally {
    await rm(directory, { recursive: true });
  }
}
