with firsts as (
    select client_id, min("at") filter (kind = 'call') as called, min("at") filter (kind = 'email') as mailed,
           min("at") filter (kind = 'meeting') as met
    from activities where kind in ('call', 'email', 'meeting') and client_id is not null
    group by all
), judged as (
    select *, mailed is not null and coalesce(called > mailed, true) or coalesce(mailed > met, false) as bad_mail,
           met is not null and coalesce(called > met, true) as bad_meeting
    from firsts
), broken as (
    select *, least(case when bad_mail then mailed end, case when bad_meeting then met end) as broken_at
    from judged where bad_mail or bad_meeting
)
select arg_min(employee_id, activity_id), null, client_id
from broken join activities as a using (client_id)
where a."at" = broken_at
  and (kind = 'email' and bad_mail and mailed = broken_at or kind = 'meeting' and bad_meeting and met = broken_at)
  and broken_at >= getvariable('period_from') and broken_at < getvariable('period_to')
group by client_id
