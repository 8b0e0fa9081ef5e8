import { behavesAsGateway } from './support/behaves-as-gateway.js';
import { nginx } from './support/programs.js';

behavesAsGateway(nginx);
