// S2 to S11 with the Node SDK, in Milvus' own words: suite.mjs HOST:PORT, where a Gatehouse with its defaults and no user but root is.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { MilvusClient } from '@zilliz/milvus2-sdk-node';

const address = process.argv[2];
const { version } = createRequire(import.meta.url)('@zilliz/milvus2-sdk-node/package.json');
let passed = 0;
let failed = 0;

function equal(what, actual, expected) {
  try {
    assert.deepEqual(actual, expected);
    passed++;
  } catch {
    failed++;
    console.log(`FAILED ${what}\n  expected ${JSON.stringify(expected)}\n  got      ${JSON.stringify(actual)}`);
  }
}

// What a program sees of a refusal: a gRPC error that is thrown, or a status that is returned
async function outcome(call) {
  try {
    const answer = await call();
    const status = answer.status ?? answer;
    return [status.code, status.error_code, status.reason];
  } catch (error) {
    return error.code === undefined ? [error.message] : [error.code, error.details];
  }
}

const check = async (what, call, ...expected) => equal(what, await outcome(call), expected);
const done = (what, call) => check(what, call, 0, 'Success', '');

async function connect(token, more = {}) {
  const client = new MilvusClient({ address, token, ...more });
  await client.connectPromise;
  return client;
}

const users = async client => (await client.listUsers()).usernames;
const described = async (client, username) =>
  (await client.describeUser({ username })).results.map(({ user, roles }) => [user.name, ...roles.map(role => role.name)]);

const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;
const BAD_LOGIN = 'auth check failure, please check username and password are correct';
const denied = privilege => [PERMISSION_DENIED, `Privilege${privilege}: permission deny to user_1 in the \`default\` database`];
const password = 'P@ssw0rd';

// S2, S3
await check('a wrong password', () => connect('root:not-this-one'), UNAUTHENTICATED, BAD_LOGIN);
await check('an unknown user', () => connect('nobody:P@ssw0rd'), UNAUTHENTICATED, BAD_LOGIN);
await check('no token', () => connect(undefined), UNAUTHENTICATED, 'missing authorization in header');
await check('an API key', () => connect('justAKey'), UNAUTHENTICATED, 'auth check failure, please check api key is correct');
const root = await connect('root:Milvus');
equal("root's users", await users(root), ['root']);
equal('user and password', await users(await connect(undefined, { username: 'root', password: 'Milvus' })), ['root']);
equal('root described', await described(root, 'root'), [['root']]);

// What a client asks when it looks around
equal('connected', root.connectStatus, 1);
equal('version', (await root.getVersion()).version, 'v2.6.6');
equal('healthy', (await root.checkHealth()).isHealthy, true);
equal('databases', (await root.listDatabases()).db_names, ['default']);
equal('collections', (await root.showCollections()).data, []);
equal('has a collection', (await root.hasCollection({ collection_name: 'books' })).value, false);
equal('database by name', await users(await connect('root:Milvus', { database: 'default' })), ['root']);

// S4, S5
await done('create', () => root.createUser({ username: 'user_1', password }));
equal('user_1 described', await described(root, 'user_1'), [['user_1']]);
equal('nobody described', await described(root, 'nobody'), []);
await check('a duplicate', () => root.createUser({ username: 'user_1', password }), 65535, 'CreateCredentialFailure', 'user already exists: user_1');
let user = await connect('user_1:P@ssw0rd');
equal('user_1 describes itself', await described(user, 'user_1'), [['user_1']]);

// Who may do what
await check('user_1 lists', () => user.listUsers(), ...denied('SelectOwnership'));
await check('user_1 describes root', () => user.describeUser({ username: 'root' }), ...denied('SelectUser'));
await check('user_1 creates', () => user.createUser({ username: 'user_2', password }), ...denied('CreateOwnership'));
await check('user_1 drops root', () => user.deleteUser({ username: 'root' }), ...denied('DropOwnership'));
await check('user_1 drops itself', () => user.deleteUser({ username: 'user_1' }), ...denied('DropOwnership'));
await check('user_1 grants', () => user.grantRole({ username: 'user_1', roleName: 'admin' }), ...denied('ManageOwnership'));

// S6, S7
const change = (client, oldPassword, newPassword, username = 'user_1') => () => client.updateUser({ username, oldPassword, newPassword });
const mismatch = [1400, 'UnexpectedError', 'old password not correct for user_1: not authenticated'];
await check("user_1 changes root's password", change(user, 'Milvus', 'Changed1', 'root'), ...denied('UpdateUser'));
await check('a wrong old password', change(user, 'not-this-one', 'Changed1'), ...mismatch);
await check('no old password', change(user, '', 'Changed1'), ...mismatch);
await check('root gives no old password', change(root, '', 'Changed1'), ...mismatch);
await check(
  'a short new password',
  change(user, password, '12345'),
  1100,
  'IllegalArgument',
  'invalid password length: invalid parameter[5 out of range 6 <= value <= 256]'
);
await done('change', change(user, password, 'Changed1'));
await check('the old token on an open client', () => user.showCollections(), UNAUTHENTICATED, BAD_LOGIN);
await check('the old token on a new client', () => connect('user_1:P@ssw0rd'), UNAUTHENTICATED, BAD_LOGIN);
user = await connect('user_1:Changed1');
equal('the new token', await described(user, 'user_1'), [['user_1']]);

// Roles
equal('roles', (await root.listRoles()).results.map(({ role }) => role.name), ['admin', 'public']);
await done('grant', () => root.grantRole({ username: 'user_1', roleName: 'admin' }));
equal('granted', await described(root, 'user_1'), [['user_1', 'admin']]);
equal('an administrator lists', await users(user), ['root', 'user_1']);
await check(
  'a role that is not there',
  () => root.grantRole({ username: 'user_1', roleName: 'nope' }),
  65535,
  'OperateUserRoleFailure',
  "not found the role, maybe the role isn't existed or internal system error"
);

// S8
const self = [1401, 'UnexpectedError', 'user cannot drop itself: privilege not permitted'];
const protectedRoot = [1401, 'UnexpectedError', 'root user cannot be deleted: privilege not permitted'];
await check('an administrator drops itself', () => user.deleteUser({ username: 'user_1' }), ...self);
await check('an administrator drops root', () => user.deleteUser({ username: 'root' }), ...protectedRoot);
await check('root drops itself', () => root.deleteUser({ username: 'root' }), ...protectedRoot);
await done('revoke', () => root.revokeRole({ username: 'user_1', roleName: 'admin' }));
equal('revoked', await described(root, 'user_1'), [['user_1']]);
await done('drop', () => root.deleteUser({ username: 'user_1' }));
await check("the dropped user's open client", () => user.showCollections(), UNAUTHENTICATED, BAD_LOGIN);
await check("the dropped user's new client", () => connect('user_1:Changed1'), UNAUTHENTICATED, BAD_LOGIN);
await done('drop an unknown user', () => root.deleteUser({ username: 'user_1' }));

// S9
for (const username of ['b', 'a', 'B', 'a_1']) await done(`create ${username}`, () => root.createUser({ username, password }));
equal('users by name', await users(root), ['B', 'a', 'a_1', 'b', 'root']);
for (const username of ['b', 'a', 'B', 'a_1']) await done(`drop ${username}`, () => root.deleteUser({ username }));

// S10
const first = (name, got) => `invalid user name ${name}, the first character must be a letter, but got ${got}: invalid parameter`;
const other = (name, got) =>
  `invalid user name ${name}, username must contain only numbers, letters and underscores, but got ${got}: invalid parameter`;
for (const [username, reason] of [
  ['', 'username must be not empty: invalid parameter'],
  ['a'.repeat(33), `invalid username ${'a'.repeat(33)} with length 33, the length of username must be less than 32: invalid parameter`],
  ['1user', first('1user', '1')],
  ['_user', first('_user', '_')],
  ['us er', other('us er', ' ')],
  ['us-er', other('us-er', '-')],
  ['us@er', other('us@er', '@')],
  ['us\u00e9r', other('us\u00e9r', 'U+00E9')],
]) {
  await check(`name ${username}`, () => root.createUser({ username, password }), 1100, 'IllegalArgument', reason);
}
const longest = `a${'Z9_'.repeat(10)}z`;
await done('32 characters', () => root.createUser({ username: longest, password }));
equal('log in with 32 characters', await described(await connect(`${longest}:${password}`), longest), [[longest]]);
await done('drop 32 characters', () => root.deleteUser({ username: longest }));

// S11
for (const [bad, count] of [['', 0], ['12345', 5], ['a'.repeat(257), 257], ['\u5bc6\u7801', 2]]) {
  await check(
    `password of ${count}`,
    () => root.createUser({ username: 'user_1', password: bad }),
    1100,
    'IllegalArgument',
    `invalid password length: invalid parameter[${count} out of range 6 <= value <= 256]`
  );
}
for (const good of ['123456', 'a'.repeat(256), '\u00e9'.repeat(256), 'with:a:colon']) {
  await done('create', () => root.createUser({ username: 'user_1', password: good }));
  equal('log in', await described(await connect(`user_1:${good}`), 'user_1'), [['user_1']]);
  await check('one character less', () => connect(`user_1:${good.slice(0, -1)}`), UNAUTHENTICATED, BAD_LOGIN);
  await done('drop', () => root.deleteUser({ username: 'user_1' }));
}
equal('only root again', await users(root), ['root']);

if (failed || !passed) {
  console.log(`Node SDK ${version}: ${failed} checks failed`);
  process.exit(1);
}
console.log(`checks: Node SDK ${version}: ${passed} passed`);
process.exit(0);
