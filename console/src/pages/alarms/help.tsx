/** What the words on the pages of alarms mean. */
export const alarmsHelp = {
  title: 'Alarms',
  content: (
    <>
      <p>An alarm is raised when a thing leaves what a behavior of a security profile calls normal. It stands until the thing is normal again.</p>
      <h3>Consecutive datapoints</h3>
      <p>
        A behavior says how many datapoints in a row must violate it to raise the alarm, and how many in a row must be normal to clear it. A datapoint is a report, or the sum of a window for metrics that are counted over
        time.
      </p>
      <h3>How alarms end</h3>
      <dl>
        <dt>Alarm cleared</dt>
        <dd>The thing is normal again.</dd>
        <dt>Alarm invalidated</dt>
        <dd>The behavior does not apply to the thing any more, or the thing has not reported the metric for two days.</dd>
      </dl>
      <h3>Behavior types</h3>
      <dl>
        <dt>Static</dt>
        <dd>The value is compared with the one in the behavior.</dd>
        <dt>Statistical</dt>
        <dd>
          The value is compared with a percentile of the fleet in the window before: at most p90 means that one thing in ten is in alarm when all behave alike, so use it with several datapoints to alarm.
        </dd>
      </dl>
      <h3>Verification state</h3>
      <p>Your verdict on an alarm. It changes nothing about the alarm; it tells others that someone has looked.</p>
      <dl>
        <dt>True positive</dt>
        <dd>The thing really did something bad.</dd>
        <dt>Benign positive</dt>
        <dd>The alarm is right, and what the thing did is harmless: maintenance, for example.</dd>
        <dt>False positive</dt>
        <dd>The thing is normal: the behavior is too narrow.</dd>
        <dt>Unknown</dt>
        <dd>Nobody has looked yet.</dd>
      </dl>
    </>
  ),
};
