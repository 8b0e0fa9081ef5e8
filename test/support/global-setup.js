/** `npm run test:mysql` without a server to run on fails here, in one line. */
export default function globalSetup() {
  const { TEST_ENGINE, DATABASE_URL = '' } = process.env;
  if (TEST_ENGINE === 'mysql' && !DATABASE_URL.startsWith('mysql://')) {
    process.stderr.write(
      'npm run test:mysql needs DATABASE_URL=mysql://user:password@host:port/database, ' +
        'where the user may create databases: each test file makes one of its own.\n',
    );
    process.exit(1);
  }
}
