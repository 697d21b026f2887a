select employee_id, null, report_id
from reports semi join managers using (employee_id)
where kind = 'work' and form_version <> getvariable('report_form')
  and submitted_at >= getvariable('period_from') and submitted_at < getvariable('period_to')
