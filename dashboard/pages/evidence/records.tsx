/** A fact that is a list of records: one block an element, one line a key, what changed against before marked. */
import { Hash } from '../../frame/controls.tsx';
import { words } from '../../words/catalogue.ts';
import { isDigest, plainValueOf, type RecordBlock, type RecordLine } from '../../words/records.ts';
import classes from './records.module.css';

/** A sensor may name thousands of stations; a page that draws them all stands still. */
const mostBlocks = 200;

export function Records({ blocks }: { blocks: readonly RecordBlock[] }) {
  const says = words.evidence.records;
  return (
    <ol className={classes.records}>
      {blocks.slice(0, mostBlocks).map((block, index) => (
        // Elements have no name of their own that every list shares; their place is it.
        // biome-ignore lint/suspicious/noArrayIndexKey: the list of one observation never changes
        <li key={index} className={classes[block.state]}>
          {(block.state === 'added' || block.state === 'gone') && <p className={classes.state}>{says[block.state]}</p>}
          <dl>
            {block.lines.map((line) => (
              <Line key={line.key} line={line} />
            ))}
          </dl>
        </li>
      ))}
      {blocks.length > mostBlocks && <li className="quiet">{says.more(blocks.length - mostBlocks)}</li>}
    </ol>
  );
}

function Line({ line }: { line: RecordLine }) {
  const says = words.evidence.records;
  return (
    <div className={line.changed ? classes.changedLine : ''}>
      <dt>{line.key}</dt>
      <dd>
        {'value' in line ? <Value value={line.value} of={line.key} /> : <span className="quiet">{says.lost}</span>}
        {line.changed && (
          <span className={classes.was}>
            {'before' in line ? (
              <>
                {says.was}{' '}
                <span className="mono">
                  <Value value={line.before} of={line.key} />
                </span>
              </>
            ) : (
              says.fresh
            )}
          </span>
        )}
      </dd>
    </div>
  );
}

function Value({ value, of }: { value: unknown; of: string }) {
  return isDigest(value) ? <Hash digest={value} of={of} /> : plainValueOf(value);
}
