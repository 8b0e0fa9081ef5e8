/**
 * A body that has arrived and that nobody has looked at. It is read when whoever sent it has been let in and counted,
 * so that a hostile body costs nothing before (ADR 38).
 */
export class UnreadBody {
  constructor(
    readonly text: string,
    /** @throws Problem for a body that the route does not take */
    readonly read: () => unknown,
  ) {}
}
