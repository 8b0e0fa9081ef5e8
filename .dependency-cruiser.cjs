/** The arrows between the rooms of src/. A room is a folder; what is not drawn here is forbidden. */
const ARROWS = {
  common: [],
  config: ['common'],
  access: ['common', 'config', 'audit', 'limits', 'users'],
  metrics: ['common', 'config', 'access'],
  tracing: ['common', 'config'],
  migrations: [],
  database: ['common', 'config', 'metrics', 'tracing'],
  audit: ['common', 'config', 'metrics', 'database', 'access'],
  limits: ['common', 'config', 'metrics', 'database', 'access'],
  users: ['common', 'config', 'metrics', 'database', 'access', 'auth'],
  auth: ['common', 'config', 'metrics', 'database', 'access', 'limits', 'audit', 'users'],
  tokens: [
    'common',
    'config',
    'metrics',
    'tracing',
    'database',
    'access',
    'limits',
    'audit',
    'users',
    'auth',
  ],
  introspection: ['common', 'config', 'metrics', 'database', 'access', 'limits', 'audit', 'users', 'auth', 'tokens'],
  retention: ['common', 'config', 'metrics', 'database', 'access', 'limits', 'audit', 'auth', 'tokens'],
  health: ['common', 'config', 'metrics', 'database', 'access'],
  http: ['common', 'config', 'access', 'metrics', 'tracing', 'database', 'auth', 'introspection'],
};

const arrows = Object.entries(ARROWS).map(([room, allowed]) => ({
  name: `arrows-of-${room}`,
  severity: 'error',
  comment: `${room}/ may use ${allowed.join(', ') || 'no other room'}.`,
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...arrows,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'rooms-are-drawn',
      severity: 'error',
      comment: 'A new folder under src/ gets its arrows above.',
      from: { path: '^src/', pathNot: `^src/([^/]+$|(${Object.keys(ARROWS).join('|')})/)` },
      to: {},
    },
    {
      name: 'client-stands-alone',
      severity: 'error',
      comment: 'The package for other services knows this one by openapi.json only.',
      from: { path: '^client/' },
      to: { path: '^src/' },
    },
    {
      name: 'service-needs-no-client',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^client/' },
    },
    {
      name: 'repositories-stay-home',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '\\.repository\\.ts$', pathNot: '^src/$1/' },
    },
    {
      name: 'declared-packages-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown', 'undetermined'] },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: ['^src/main', '\\.d\\.ts$'] },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
