/** Content of the help panel. */
export const settingsHelp = {
  title: 'Settings',
  content: (
    <>
      <p>How the server is set up. What is shown under Deployment and Limits comes from its flags and its configuration file, and changes with a restart.</p>
      <h3>Access keys</h3>
      <p>
        People and programs sign with an access key of their own. Its policy says what it may do, in the words of AWS IAM; the server decides by it at each request. The secret is shown once: make a new key when it is lost.
      </p>
      <p>Only the root user says what a key may do. To replace a key, create a second one, hand it out, and delete the first when it is not used any more.</p>
      <h3>Retention</h3>
      <p>Active violations stay. Those that ended, and metric values, go when their time is over.</p>
    </>
  ),
};
