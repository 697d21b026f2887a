select d.employee_id, null, disclosure_id
from disclosures d join information i using (asset_id)
where category = 'market_strategy' and recipient_kind not in ('colleague', 'authority')
  and "at" >= getvariable('period_from') and "at" < getvariable('period_to')
  and not exists (
    from granted where act = 'disclosure' and act_id = disclosure_id and approver_id <> d.employee_id and decided_at <= "at")
