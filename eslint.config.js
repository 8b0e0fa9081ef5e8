import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist', 'coverage', 'data', 'web/src/api/schema.d.ts', 'client/src/schema.ts'] },
  js.configs.recommended,
  { files: ['**/*.{js,cjs,mjs}'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings come from src/config.' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // NestJS finds modules by class, and TypeORM's migrations and passport's verbs are methods that may be empty.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-empty-function': ['error', { allow: ['methods', 'overrideMethods'] }],
      // Bodies are classes for the decorators' sake; what counts is their shape.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Numbers read well in a message.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    // The body of an answer is of no known type; the expectations are what checks it.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  {
    files: ['web/src/**/*.tsx'],
    extends: [reactHooks.configs.flat.recommended, jsxA11y.flatConfigs.recommended],
    rules: {
      // In a dialog, it is how the focus gets to the right place.
      'jsx-a11y/no-autofocus': 'off',
      // Where a table is shown as cards, browsers forget what it was.
      'jsx-a11y/no-redundant-roles': [
        'error',
        { table: ['table'], thead: ['rowgroup'], tbody: ['rowgroup'], tr: ['row'], td: ['cell'] },
      ],
      'jsx-a11y/no-interactive-element-to-noninteractive-role': ['error', { td: ['cell'] }],
    },
  },
  {
    files: [
      'src/config/environment.ts',
      'test/support/**',
      'test/harness/**',
      'test/browser/support/**',
      'examples/internal-service/src/settings.ts',
      'test/client/consumers/service.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
);
