// Content of the help panel.

export const groupsHelp = {
  title: 'Thing groups',
  content: (
    <>
      <p>A thing group is a set of registered things: a model, a building, a customer. Groups can have groups below them, up to seven levels.</p>
      <h3>What applies</h3>
      <p>A security profile that is attached to a group judges the things of the group and of all groups below it. Its alarms of a thing that leaves the group end as invalidated, unless the profile covers the thing in another way.</p>
      <h3>Move a group</h3>
      <p>The parent of a group is chosen when it is created, and cannot be changed.</p>
    </>
  ),
};
