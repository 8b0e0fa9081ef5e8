/** Every room may use these, and they know no other. */
const GROUND = ['common', 'config'];

/** The arrows between the rooms of src/. A room is a folder; what is not drawn here is forbidden. */
const ARROWS = {
  common: [],
  config: ['common'],
  access: ['common'],
  metrics: [...GROUND, 'access'],
  tracing: ['config'],
  migrations: [],
  database: [...GROUND, 'metrics', 'tracing'],
  health: [...GROUND, 'access', 'database'],
  limits: [...GROUND, 'metrics', 'database'],
  audit: [...GROUND, 'access', 'database'],
  users: [...GROUND, 'access', 'database'],
  auth: [...GROUND, 'access', 'metrics', 'database', 'limits', 'audit', 'users'],
  tokens: [...GROUND, 'access', 'metrics', 'tracing', 'database', 'limits', 'audit', 'users'],
  introspection: [...GROUND, 'access', 'limits', 'audit', 'tokens'],
  retention: [...GROUND, 'database', 'limits', 'audit', 'auth', 'tokens'],
  http: [...GROUND, 'metrics', 'tracing', 'database', 'auth', 'introspection'],
};

/** Within tokens/: a folder knows the room's own files, and these others. */
const TOKENS = {
  verification: [],
  idempotency: ['verification'],
  list: ['verification'],
  rotation: ['verification', 'idempotency'],
};

const tokensArrows = Object.entries(TOKENS).map(([folder, allowed]) => ({
  name: `arrows-of-tokens-${folder}`,
  severity: 'error',
  comment: `tokens/${folder}/ may use ${allowed.join(', ') || 'no other folder of the room'}.`,
  from: { path: `^src/tokens/${folder}/` },
  to: { path: '^src/tokens/[^/]+/', pathNot: `^src/tokens/(${[folder, ...allowed].join('|')})/` },
}));

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
    ...tokensArrows,
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
