import { readFileSync } from 'node:fs';
import { verifyPath } from '../../server/store/verify.ts';
import { UserError } from './end.ts';
import { printJson, say } from './print.ts';

export async function verify(path: string, options: { trust?: string; json?: boolean }): Promise<number> {
  const report = await verifyPath(path, options.trust === undefined ? {} : { trust: [keyFrom(options.trust)] });
  if (options.json) {
    printJson(report);
    return report.ok ? 0 : 1;
  }
  const counted = Object.entries(report.checked).map(([what, count]) => `${count} ${what}`);
  say(report.ok ? `Holds: ${counted.join(', ')}.` : `Broken: ${JSON.stringify(report.firstBroken)}`);
  say(report.pinned ? 'Every signer is trusted.' : 'Consistent, signer not pinned. Signers:');
  if (!report.pinned) for (const signer of report.signers) say(`  ${signer}`);
  return report.ok ? 0 : 1;
}

/** A PEM file, or a fingerprint typed as it is. */
function keyFrom(text: string): string {
  if (text.startsWith('ed25519:')) return text;
  try {
    return readFileSync(text, 'utf8');
  } catch {
    throw new UserError(`--trust: expected a readable PEM file or a fingerprint (ed25519:...), found "${text}"`);
  }
}
