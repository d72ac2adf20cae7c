/** What is waited for will not come, as things are: there is no point in waiting on. */
export class InVain extends Error {
  override readonly name = 'InVain';
}
