/** `npm run supply-chain`: see SECURITY.md. With `--write` (`npm run licences`) it writes docs/licences.md anew. */
import { readFile, writeFile } from 'node:fs/promises';
import { faultsOfInstallScripts } from './install-scripts.js';
import { faultsOfIntegrity } from './integrity.js';
import { licencesPage } from './licences-page.js';
import { faultsOfLicences, licensed } from './licences.js';
import { readProject, readProjects, SERVICE } from './lock.js';
import { packagesOfPage } from './page.js';

const PAGE = 'docs/licences.md';

const projects = await readProjects();
const packages = licensed(projects, await packagesOfPage(await readProject(SERVICE)));
const page = licencesPage(packages);
if (process.argv.includes('--write')) await writeFile(PAGE, page);

const faults = [
  ...projects.flatMap((project) =>
    [...faultsOfIntegrity(project), ...faultsOfInstallScripts(project)].map(
      (fault) => `${project.folder}/package-lock.json: ${fault}`,
    ),
  ),
  ...faultsOfLicences(packages),
  ...((await readFile(PAGE, 'utf8')) === page ? [] : [`${PAGE} is out of date: npm run licences`]),
];
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.stdout.write(`${packages.length} packages, ${faults.length} faults\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
