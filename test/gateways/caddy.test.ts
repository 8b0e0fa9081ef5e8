import { behavesAsGateway } from './support/behaves-as-gateway.js';
import { caddy } from './support/programs.js';

behavesAsGateway(caddy);
