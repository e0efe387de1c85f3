/** What was decided and how the evidence moved, newest first. */
import type { PracticePage } from '../../../server/contract/api.ts';
import type { Present } from '../../app/present.ts';
import { Instant } from '../../frame/controls.tsx';
import { words } from '../../words/catalogue.ts';
import { levelShort } from '../../words/counting.ts';
import { harmless, shortDateOf, timeOf } from '../../words/format.ts';
import classes from './practice.module.css';

interface Event {
  readonly key: string;
  readonly at: string;
  readonly says: string;
}

export function History({ page, at }: { page: PracticePage; at: Present }) {
  const events = eventsOf(page, at);
  const says = words.decision;
  return (
    <section className={classes.history}>
      <h2>{says.history}</h2>
      {events.length === 0 && <p className="quiet small">{words.practice.historyEmpty}</p>}
      <ul>
        {events.slice(0, 12).map((event) => (
          <li key={event.key}>
            <Instant at={event.at} timeZone={at.timeZone}>
              {at.now - Date.parse(event.at) < 86_400_000 ? timeOf(event.at, at.timeZone) : shortDateOf(event.at, at)}
            </Instant>
            <span>{event.says}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function eventsOf(page: PracticePage, at: Present): Event[] {
  const says = words.decision;
  const decisions = page.decisions.map((each): Event => {
    const what = `${each.by} ${says.kinds[each.kind]} ${levelShort(each.level)}`;
    const more = [
      ...(each.until === undefined ? [] : [says.until2(shortDateOf(each.until, at))]),
      ...(each.reason === undefined ? [] : [each.reason]),
      ...(each.signed ? [] : [says.claimed]),
    ];
    return { key: each.id, at: each.at, says: harmless(`${what}${more.length === 0 ? '' : `, ${more.join(', ')}`}.`) };
  });
  const moves = page.history.flatMap((each, index): Event[] => {
    const before = page.history[index - 1];
    const pack =
      before !== undefined && before.pack !== each.pack
        ? [{ key: `pack-${each.at}`, at: each.at, says: says.packEvent(each.pack) }]
        : [];
    if (before !== undefined && before.level === each.level) return pack;
    return [...pack, { key: `move-${each.at}`, at: each.at, says: says.proposedEvent(levelShort(each.level)) }];
  });
  return [...decisions, ...moves].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
