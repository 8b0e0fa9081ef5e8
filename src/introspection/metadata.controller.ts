import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../access/access.decorator.js';
import { OWN_SCOPES } from '../access/scopes.js';
import { ApiProblems } from '../common/problem.decorator.js';
import { Settings } from '../config/settings.js';

export const INTROSPECTION_PATH = 'v1/introspect';
export const REVOCATION_PATH = 'v1/revoke';

const URI = { type: String, format: 'uri' } as const;
const LIST = { type: 'array', items: { type: 'string' } } as const;

/** RFC 8414 section 2. */
class MetadataBody {
  @ApiProperty({ ...URI, example: 'https://tokens.example.com' })
  readonly issuer!: string;

  @ApiProperty({ ...URI, example: 'https://tokens.example.com/v1/introspect' })
  readonly introspection_endpoint!: string;

  @ApiProperty({
    ...LIST,
    description: 'A bearer token with the scope `tokens:introspect`.',
    example: ['Bearer'],
  })
  readonly introspection_endpoint_auth_methods_supported!: string[];

  @ApiProperty({ ...URI, example: 'https://tokens.example.com/v1/revoke' })
  readonly revocation_endpoint!: string;

  @ApiProperty({ ...LIST, description: 'Holding the token is enough.', example: ['none'] })
  readonly revocation_endpoint_auth_methods_supported!: string[];

  @ApiProperty({
    ...LIST,
    description: 'The scopes of this service; others are free.',
    example: [...OWN_SCOPES],
  })
  readonly scopes_supported!: string[];

  @ApiProperty({ ...LIST, description: 'None: people make tokens themselves.', example: [] })
  readonly response_types_supported!: string[];

  @ApiProperty({ ...LIST, description: 'None, for the same reason.', example: [] })
  readonly grant_types_supported!: string[];

  @ApiProperty({ ...URI, example: 'https://tokens.example.com/docs' })
  readonly service_documentation!: string;
}

@ApiTags('Services')
@Controller('.well-known/oauth-authorization-server')
@Public()
export class MetadataController {
  private readonly metadata: MetadataBody;

  constructor({ publicUrl: { origin } }: Settings) {
    this.metadata = {
      issuer: origin,
      introspection_endpoint: `${origin}/${INTROSPECTION_PATH}`,
      introspection_endpoint_auth_methods_supported: ['Bearer'],
      revocation_endpoint: `${origin}/${REVOCATION_PATH}`,
      revocation_endpoint_auth_methods_supported: ['none'],
      scopes_supported: [...OWN_SCOPES],
      // RFC 8414 requires the first. Without the second, a client would have to assume its default.
      response_types_supported: [],
      grant_types_supported: [],
      service_documentation: `${origin}/docs`,
    };
  }

  @Get()
  @ApiOperation({
    operationId: 'getMetadata',
    summary: 'Where introspection and revocation are',
    description: 'RFC 8414.',
  })
  @ApiOkResponse({ type: MetadataBody, description: 'The metadata of this authorization server.' })
  @ApiProblems(400, 500)
  get(): MetadataBody {
    return this.metadata;
  }
}
