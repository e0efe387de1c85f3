/** The name that a person last claimed here. There is no sign-in yet: it goes into records as claimed. */

const store = 'plimsoll.claimedBy';

export function claimedName(): string {
  return localStorage.getItem(store) ?? '';
}

export function rememberName(name: string): void {
  localStorage.setItem(store, name.trim());
}
