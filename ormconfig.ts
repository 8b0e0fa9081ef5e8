/** The data source for TypeORM's command line: `npm run typeorm -- migration:show`. */
import { settingsOrExit } from './src/config/environment.js';
import { createDataSource } from './src/database/data-source.js';

export default createDataSource(settingsOrExit().database);
