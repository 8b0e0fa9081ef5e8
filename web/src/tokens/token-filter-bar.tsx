import { SelectField } from '../ui/select-field.js';
import { SearchField } from './search-field.js';
import { SORTS, STATES, type TokenFilterControl } from './use-token-filter.js';

export function TokenFilterBar({ control }: { readonly control: TokenFilterControl }) {
  const { filter, text, setText, set } = control;
  return (
    <div className="filter-bar">
      <SearchField text={text} onText={setText} />
      <SelectField
        label="State"
        labelHidden
        options={STATES}
        value={filter.state ?? ''}
        onChange={(event) => {
          set('state', event.currentTarget.value);
        }}
      />
      <SelectField
        label="Order"
        labelHidden
        options={SORTS}
        value={filter.sort ?? ''}
        onChange={(event) => {
          set('sort', event.currentTarget.value);
        }}
      />
    </div>
  );
}
