import { useSearchParams } from 'wouter';
import { PageHeading } from '../ui/page-heading.js';
import { SelectField } from '../ui/select-field.js';
import { EventLog } from './event-log.js';
import { EVENT_GROUPS } from './events.js';

const OPTIONS = Object.fromEntries(Object.entries(EVENT_GROUPS).map(([group, { text }]) => [group, text]));

export function SecurityLogPage() {
  const [parameters, setParameters] = useSearchParams();
  const group = parameters.get('show') ?? '';
  return (
    <>
      <div className="stack-s">
        <PageHeading level={2}>Security log</PageHeading>
        <p className="muted">
          What happened to your account and your tokens. If you see something that was not you, delete the
          token and change your password.
        </p>
      </div>
      <section className="card stack" aria-label="Events">
        <div className="narrow">
          <SelectField
            label="Show"
            options={OPTIONS}
            value={group}
            onChange={({ currentTarget: { value } }) => {
              setParameters(value === '' ? {} : { show: value }, { replace: true });
            }}
          />
        </div>
        <EventLog kinds={EVENT_GROUPS[group]?.kinds} />
      </section>
    </>
  );
}
