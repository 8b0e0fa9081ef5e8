import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { parseId } from '../common/id.js';
import { TokenNotFoundProblem } from './token.errors.js';

export const TOKENS_PATH = 'v1/current_user/tokens';

/** Reads the id in a path. A text that is not exactly an id never reaches a statement. */
@Injectable()
export class TokenIdPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    const id = parseId(text);
    if (id === undefined) throw new TokenNotFoundProblem();
    return id;
  }
}

export const ApiTokenId = () =>
  ApiParam({ name: 'tokenId', schema: { type: 'integer', format: 'int64', minimum: 1, example: 1 } });
