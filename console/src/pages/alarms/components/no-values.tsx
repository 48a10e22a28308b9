import { Empty } from '../../../commons/states/empty';

export function NoValues() {
  return <Empty title="No values of this time">The thing reported none, or they are not kept any more. The deployment keeps metric values for some days; see the settings.</Empty>;
}
