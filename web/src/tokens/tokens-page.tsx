import { PageHeading } from '../ui/page-heading.js';
import { CreateTokenForm } from './create-token-form.js';
import { TokenHelp } from './token-help.js';
import { useTokenList } from './token-list.js';
import { TokenListSection } from './token-list-section.js';
import { useTokenFilter } from './use-token-filter.js';

export function TokensPage() {
  const control = useTokenFilter();
  const list = useTokenList(control.filter);
  return (
    <>
      <div className="stack-s">
        <PageHeading level={2}>API Personal Access Tokens</PageHeading>
        <p className="muted">
          A token lets a program use the API as you, without your password. Treat it like one.
        </p>
      </div>
      <CreateTokenForm onCreated={list.reload} />
      <TokenListSection list={list} control={control} />
      <TokenHelp />
    </>
  );
}
