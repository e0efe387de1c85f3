/** Confirm, lower, override or wait. Tied to one assessment: a newer one is announced before anything is sent. */
import { Drawer } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { PracticePage } from '../../../server/contract/api.ts';
import type { Level } from '../../../server/contract/assessment.ts';
import { decide } from '../../api/queries.ts';
import { claimedName, rememberName } from '../../app/claimed.ts';
import { useKeys } from '../../app/keys.ts';
import { type Present, useSystem } from '../../app/present.ts';
import { useAsOf } from '../../frame/as-of.tsx';
import { Button, Field, inputClass, Key } from '../../frame/controls.tsx';
import overlay from '../../frame/overlay.module.css';
import { ProblemNote } from '../../frame/problem.tsx';
import { words } from '../../words/catalogue.ts';
import { levelNames, levelShort, levelWord } from '../../words/counting.ts';
import { harmless, hashOf, shortDateTimeOf } from '../../words/format.ts';
import { type Choice, type Draft, decisionOf, firstLevel, missingOf, type Offer, offersOf } from './decision.ts';
import classes from './practice.module.css';

const letters: Record<Choice, string> = { confirm: 'C', lower: 'L', override: 'O', wait: 'W' };

export function DecisionPanel({ page, at }: { page: PracticePage; at: Present }) {
  const asOf = useAsOf();
  const client = useQueryClient();
  const navigate = useNavigate();
  const offers = offersOf(page, asOf !== undefined);
  const [tied, setTied] = useState(page.assessment);
  const [draft, setDraft] = useState<Draft>(() => freshDraft(page, offers));
  const comment = useRef<HTMLTextAreaElement>(null);
  const sending = useMutation({
    mutationFn: (made: Draft) => decide(page.system.id, decisionOf(made, page, tied?.id ?? '')),
    onSuccess: (_made, sent) => {
      rememberName(sent.by);
      void client.invalidateQueries({ queryKey: ['practice', page.system.id, page.practice.code] });
      void client.invalidateQueries({ queryKey: ['overview', page.system.id] });
    },
    onError: () => void client.invalidateQueries({ queryKey: ['practice', page.system.id, page.practice.code] }),
  });
  const newer = page.assessment !== undefined && tied?.id !== page.assessment.id;
  const offer = offers.find((each) => each.choice === draft.choice);
  const missing = missingOf(draft);
  const off = offer?.off !== undefined;
  const choose = (choice: Choice) => {
    const chosen = offers.find((each) => each.choice === choice);
    if (chosen === undefined || chosen.off !== undefined) return;
    setDraft((before) => ({ ...before, choice, level: firstLevel(chosen, page.confirmed?.level) }));
    sending.reset();
  };
  const send = () => {
    if (off || newer || missing.length > 0 || sending.isPending) return;
    if (draft.choice === 'wait') {
      const { next } = page.practice;
      if (next === undefined) void navigate({ to: '/systems/$system', params: { system: page.system.id } });
      else void navigate({ to: '/systems/$system/practices/$code', params: { system: page.system.id, code: next } });
      return;
    }
    sending.mutate(draft);
  };
  useKeys({
    c: () => choose('confirm'),
    l: () => choose('lower'),
    o: () => choose('override'),
    w: () => choose('wait'),
    m: () => comment.current?.focus(),
    'ctrl+enter': send,
  });
  const says = words.decision;
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <h2>{says.title}</h2>
      <fieldset className={classes.choices}>
        <legend className="hidden">{says.title}</legend>
        {offers.map((each) => (
          <ChoiceCard
            key={each.choice}
            offer={each}
            page={page}
            at={at}
            chosen={draft.choice === each.choice}
            onChoose={() => choose(each.choice)}
          />
        ))}
      </fieldset>
      <div className={classes.fields}>
        {offer !== undefined && offer.levels.length > 1 && (
          <Field label={says.level}>
            <select
              className={inputClass}
              value={String(draft.level)}
              onChange={(event) =>
                set({ level: offer.levels.find((each) => String(each) === event.currentTarget.value) ?? null })
              }
            >
              {offer.levels.map((each) => (
                <option key={each} value={each}>
                  {each} {levelNames[each]}
                </option>
              ))}
            </select>
          </Field>
        )}
        {(draft.choice === 'lower' || draft.choice === 'override') && (
          <Field label={says.reason}>
            <textarea
              className={inputClass}
              rows={2}
              value={draft.reason}
              onChange={(event) => set({ reason: event.currentTarget.value })}
            />
          </Field>
        )}
        {draft.choice === 'override' && (
          <>
            <Field label={says.evidence}>
              <input
                className={inputClass}
                placeholder={says.evidenceHint}
                value={draft.evidence}
                onChange={(event) => set({ evidence: event.currentTarget.value })}
              />
            </Field>
            <Field label={says.until}>
              <input
                type="date"
                className={inputClass}
                value={draft.until}
                onChange={(event) => set({ until: event.currentTarget.value })}
              />
            </Field>
          </>
        )}
        {draft.choice !== 'wait' && (
          <>
            <Field label={says.comment}>
              <textarea
                ref={comment}
                className={inputClass}
                rows={2}
                placeholder={says.commentHint}
                value={draft.comment}
                onChange={(event) => set({ comment: event.currentTarget.value })}
              />
            </Field>
            <Field label={says.by}>
              <input
                className={inputClass}
                autoComplete="name"
                value={draft.by}
                onChange={(event) => set({ by: event.currentTarget.value })}
              />
            </Field>
          </>
        )}
      </div>
      {newer && (
        <div className={classes.newer} role="alert">
          <p>{says.newer(levelWord(page.result.level))}</p>
          <Button
            onClick={() => {
              setTied(page.assessment);
              setDraft((before) => ({ ...freshDraft(page, offers), by: before.by, comment: before.comment }));
              sending.reset();
            }}
          >
            {says.useNewer}
          </Button>
        </div>
      )}
      <Button
        look="primary"
        type="submit"
        className={classes.send ?? ''}
        disabled={off || newer || missing.length > 0 || sending.isPending}
      >
        {sending.isPending ? says.sending : says.send[draft.choice](levelShort(draft.level))}
        <span className="noPrint">
          <Key>Ctrl Enter</Key>
        </span>
      </Button>
      {!off && missing.length > 0 && <p className={classes.note}>{says.missing(missing.join(', '))}</p>}
      {sending.error !== null && !newer && <ProblemNote error={sending.error} writing />}
      {sending.isSuccess && (
        <p className={classes.sent} role="status">
          {harmless(says.sent(`${says.kinds[sending.data.kind]} ${levelShort(sending.data.level)}`, sending.data.by))}
        </p>
      )}
      {tied !== undefined && <Tied hash={tied.hash} when={shortDateTimeOf(tied.at, at)} />}
    </form>
  );
}

function Tied({ hash, when }: { hash: string; when: string }) {
  const [before, short, after] = words.decision.tied(hashOf(hash, 'sentence'), when);
  return (
    <p className={classes.note}>
      {before}
      <span className="mono" title={hash}>
        {short}
      </span>
      {after} {words.decision.bySays}
    </p>
  );
}

function ChoiceCard(props: { offer: Offer; page: PracticePage; at: Present; chosen: boolean; onChoose: () => void }) {
  const { offer, page, at, chosen, onChoose } = props;
  const next = useSystem(page.system.id)?.nextScanAt;
  const [title, about] = textOf(offer, page, next === undefined ? undefined : shortDateTimeOf(next, at));
  return (
    <label className={classes.choice}>
      <input
        type="radio"
        name="decision"
        checked={chosen && offer.off === undefined}
        disabled={offer.off !== undefined}
        onChange={onChoose}
      />
      <b>{title}</b>
      <Key>{letters[offer.choice]}</Key>
      <small>{offer.off ?? about}</small>
    </label>
  );
}

function textOf(offer: Offer, page: PracticePage, next: string | undefined): readonly [string, string] {
  const says = words.decision;
  const { level } = page.result;
  const confirmed = page.confirmed?.level;
  switch (offer.choice) {
    case 'confirm': {
      const title = says.confirm(levelWord(level));
      if (confirmed === undefined || confirmed === null || level === null) return [title, says.confirmSays];
      if (confirmed === level) return [title, says.same];
      return [title, (level < confirmed ? says.lowers : says.raises)(String(confirmed), String(level))];
    }
    case 'lower':
      return [says.lower, says.lowerSays];
    case 'override': {
      const kept = confirmed !== null && confirmed !== undefined && offer.levels.includes(confirmed);
      return [kept ? says.keep(String(confirmed)) : says.override, says.overrideSays];
    }
    case 'wait':
      return [says.wait, says.waitSays(next)];
  }
}

function freshDraft(page: PracticePage, offers: readonly Offer[]): Draft {
  const [confirm] = offers;
  const first = confirm?.off === undefined ? confirm : offers.find((each) => each.choice === 'wait');
  const level: Level | null = first === undefined ? null : firstLevel(first, page.confirmed?.level);
  return {
    choice: first?.choice ?? 'confirm',
    level,
    by: claimedName(),
    reason: '',
    evidence: '',
    until: '',
    comment: '',
  };
}

/** Under 720 px the decision lies at the foot, its choices in a sheet. */
export function DecisionFoot({ page, at }: { page: PracticePage; at: Present }) {
  const [opened, setOpened] = useState(false);
  const asOf = useAsOf();
  const offers = offersOf(page, asOf !== undefined);
  const confirm = offers.find((each) => each.choice === 'confirm');
  const says = words.decision;
  return (
    <div className={classes.foot} data-decision-foot>
      <Button look="primary" disabled={confirm?.off !== undefined} title={confirm?.off} onClick={() => setOpened(true)}>
        {says.confirm(levelShort(page.result.level))}
      </Button>
      <Button onClick={() => setOpened(true)}>{says.other}</Button>
      <Drawer
        opened={opened}
        onClose={() => setOpened(false)}
        position="bottom"
        size="auto"
        title={`${page.practice.code} ${page.practice.name}`}
        classNames={{
          content: overlay.sheet ?? '',
          header: overlay.header ?? '',
          body: overlay.body ?? '',
          title: overlay.title ?? '',
          overlay: overlay.veil ?? '',
        }}
        closeButtonProps={{ 'aria-label': words.evidence.close }}
      >
        <DecisionPanel page={page} at={at} />
      </Drawer>
    </div>
  );
}
