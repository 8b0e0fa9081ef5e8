import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button.js';
import { CopyButton } from '../ui/copy-button.js';
import { Dialog } from '../ui/dialog.js';
import { Notice } from '../ui/notice.js';

const STATUS_TEXTS = {
  new: '',
  selected: 'Your browser does not let the page copy. It is selected: press Ctrl+C or ⌘C.',
  copied: 'Token copied.',
  'command copied': 'Command copied.',
  /** Somebody wants to close it all the same. */
  leaving: '',
};

export interface NewToken {
  readonly name: string;
  /** `{id}|{secret}` */
  readonly plainText: string;
}

interface Props {
  readonly token: NewToken;
  readonly onDone: () => void;
}

export function NewTokenDialog({ token: { name, plainText }, onDone }: Props) {
  const [status, setStatus] = useState<keyof typeof STATUS_TEXTS>('new');
  const tokenRef = useRef<HTMLInputElement>(null);
  const commandRef = useRef<HTMLTextAreaElement>(null);
  const isSaved = status === 'copied' || status === 'command copied';
  useLeaveWarning(!isSaved);

  const to = (next: typeof status) => () => {
    setStatus(next);
  };
  const stay = () => {
    // The button that has the focus goes.
    tokenRef.current?.focus();
    setStatus('new');
  };
  const onClose = () => {
    if (isSaved) onDone();
    else if (status === 'leaving') stay();
    else setStatus('leaving');
  };
  return (
    <Dialog title="Your new token" guarded onClose={onClose}>
      <p className="token-name">{name}</p>
      <Notice look="warning">Copy and save your token immediately - it will only be shown once!</Notice>
      <div className="copy-row">
        <label htmlFor="new-token">Token</label>
        <input
          ref={tokenRef}
          id="new-token"
          className="code"
          value={plainText}
          readOnly
          autoComplete="off"
          spellCheck={false}
          onFocus={(event) => {
            event.currentTarget.select();
          }}
          onCopy={to('copied')}
        />
        <CopyButton
          label="Copy"
          source={tokenRef}
          look="primary"
          onCopied={to('copied')}
          onRefused={to('selected')}
        />
      </div>
      <div className="copy-row">
        <label htmlFor="new-token-command">Try it: this asks who you are</label>
        <textarea
          ref={commandRef}
          id="new-token-command"
          className="code"
          value={`curl ${window.location.origin}/v1/current_user \\\n  -H "Authorization: Bearer ${plainText}"`}
          readOnly
          autoComplete="off"
          spellCheck={false}
          onCopy={to('command copied')}
        />
        <CopyButton
          label="Copy command"
          source={commandRef}
          onCopied={to('command copied')}
          onRefused={to('selected')}
        />
      </div>
      {status === 'leaving' ? (
        <LeaveQuestion onStay={stay} onLeave={onDone} />
      ) : (
        <div className="dialog-actions">
          <p role="status" className="dialog-status">
            {STATUS_TEXTS[status]}
          </p>
          <Button look={isSaved ? 'primary' : 'secondary'} onClick={onClose}>
            Done
          </Button>
        </div>
      )}
    </Dialog>
  );
}

interface LeaveQuestionProps {
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

function LeaveQuestion({ onStay, onLeave }: LeaveQuestionProps) {
  return (
    <div className="stack-s">
      <div role="alert">
        <Notice look="warning">
          You have not copied the token. It cannot be shown again. Close all the same?
        </Notice>
      </div>
      <div className="dialog-actions">
        <Button autoFocus onClick={onStay}>
          Keep it open
        </Button>
        <Button look="danger" onClick={onLeave}>
          Close without copying
        </Button>
      </div>
    </div>
  );
}

/** The browser asks before the page is left. */
function useLeaveWarning(active: boolean): void {
  useEffect(() => {
    if (!active) return;
    const warn = (event: BeforeUnloadEvent) => {
      event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('beforeunload', warn);
    };
  }, [active]);
}
