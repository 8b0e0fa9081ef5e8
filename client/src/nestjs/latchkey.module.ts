import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { LatchkeyClient } from '../client.js';
import type { LatchkeyClientOptions } from '../options.js';

export interface LatchkeyModuleAsyncOptions {
  readonly imports?: ModuleMetadata['imports'];
  /** What the factory is called with. */
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: FactoryProvider<LatchkeyClientOptions>['useFactory'];
}

/** One `LatchkeyClient` for the whole application, closed with it. The options, with their token, are not kept. */
@Module({})
export class LatchkeyModule implements OnApplicationShutdown {
  constructor(@Inject(LatchkeyClient) private readonly client: LatchkeyClient) {}

  /** Options that are wrong stop the start of the application. */
  static forRoot(options: LatchkeyClientOptions): DynamicModule {
    return LatchkeyModule.forRootAsync({ useFactory: () => options });
  }

  /** With options from other providers, such as those of a configuration module. */
  static forRootAsync({ imports = [], inject = [], useFactory }: LatchkeyModuleAsyncOptions): DynamicModule {
    return {
      module: LatchkeyModule,
      global: true,
      imports,
      providers: [
        {
          provide: LatchkeyClient,
          inject,
          useFactory: async (...needed: unknown[]) => new LatchkeyClient(await useFactory(...needed)),
        },
      ],
      exports: [LatchkeyClient],
    };
  }

  /** Not before: until the last request is answered, tokens are checked. */
  onApplicationShutdown(): Promise<void> {
    return this.client.close();
  }
}
