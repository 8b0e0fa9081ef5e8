const GOOD = ['Mobile App v2.1', 'Automation Script - Project Updates', 'Integration with Slack'];
const BAD = ['token1', 'test'];

/** The documentation's own examples. */
export function NamingAdvice() {
  return (
    <div className="naming">
      <Names title="Good names" names={GOOD} look="good" />
      <Names title="Not so good" names={BAD} look="bad" />
    </div>
  );
}

interface Props {
  readonly title: string;
  readonly names: readonly string[];
  readonly look: 'good' | 'bad';
}

function Names({ title, names, look }: Props) {
  const id = `names-${look}`;
  return (
    <>
      <p id={id}>{title}</p>
      <ul aria-labelledby={id}>
        {names.map((name) => (
          <li key={name} className={`chip chip-${look}`}>
            {name}
          </li>
        ))}
      </ul>
    </>
  );
}
