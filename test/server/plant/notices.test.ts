import { expect, it } from 'vitest';
import { checkCredentials } from '../../../server/contract/credentials.ts';
import { load, plantFolder, problemsOf, told } from './plant-folder.ts';

const folder = plantFolder();

function plantWith(mail: string): string {
  return folder.write({
    'plant.yaml': `plimsoll: 1
site: {id: north, notices: [{mail: {to: [soc@example.com], from: p@example.com, ${mail}}}]}
credentials: {post: {username: p, password: {env: POST_PASSWORD}}, reader: {community: {env: READER}}}
systems: [{id: line, assets: [{id: a, kind: server}]}]
`,
  });
}

it('a mail to operations names its account, whose secret is looked for before anything is contacted', () => {
  const plant = load(plantWith('server: "smtps://mail.example.com", credential: post'));
  expect(plant.site.notices).toEqual([
    {
      required: true,
      mail: { to: ['soc@example.com'], from: 'p@example.com', server: 'smtps://mail.example.com', credential: 'post' },
    },
  ]);
  expect(checkCredentials(plant, {}).map(({ path, expected }) => [path, expected])).toEqual([
    ['credentials.post.password', 'the environment variable POST_PASSWORD'],
  ]);
});

it.each([
  ['server: "http://mail.example.com"', 'smtps://HOST or smtp://HOST'],
  ['server: "smtp://p:not-to-be-seen@mail.example.com"', 'expected a server without account, found an @'],
  ['server: "smtp://mail.example.com", credential: reader', 'the name of a credential of this file with user name'],
  ['server: "smtp://mail.example.com", credential: nobody', 'the name of a credential of this file with user name'],
])('a mail with %s is refused, and no secret repeated', (mail, expected) => {
  const problems = told(problemsOf(() => load(plantWith(mail)))).join('\n');
  expect(problems).toContain(expected.replace('expected ', ''));
  expect(problems).not.toContain('not-to-be-seen');
});
