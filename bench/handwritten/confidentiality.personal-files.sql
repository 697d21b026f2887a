select d.employee_id, null, disclosure_id
from disclosures d join information i using (asset_id)
where category in ('personal_file', 'restricted') and consent_id is null
  and recipient_kind not in ('subject', 'authority') and not (recipient_kind = 'colleague' and purpose = 'official')
  and "at" >= getvariable('period_from') and "at" < getvariable('period_to')
  and not exists (
    from granted where act = 'disclosure' and act_id = disclosure_id and approver_id <> d.employee_id and decided_at <= "at")
