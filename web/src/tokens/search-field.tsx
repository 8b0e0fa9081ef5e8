import { Icon } from '../ui/icon.js';

/** What the service takes. */
const MAX_LENGTH = 255;

interface Props {
  readonly text: string;
  readonly onText: (text: string) => void;
}

export function SearchField({ text, onText }: Props) {
  return (
    <div className="search">
      <Icon name="search" />
      <input
        type="search"
        aria-label="Search tokens by name"
        placeholder="Search by name"
        autoComplete="off"
        maxLength={MAX_LENGTH}
        value={text}
        onChange={(event) => {
          onText(event.currentTarget.value);
        }}
      />
    </div>
  );
}
