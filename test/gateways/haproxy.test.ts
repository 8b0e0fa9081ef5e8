import { behavesAsGateway } from './support/behaves-as-gateway.js';
import { haproxy } from './support/programs.js';

behavesAsGateway(haproxy);
