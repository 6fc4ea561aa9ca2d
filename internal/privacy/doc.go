// Package privacy answers, from counts of personal information (个人信息), which
// 情节 thresholds of 法释〔2017〕10号 are reached.
//
// It must not know where the counts come from: neither files, columns, cases
// nor persons. It trusts its caller to have removed duplicates, to have given
// each 条 one class, and to say whether the holder got the information in
// duty or service.
//
// Its terms: 条 record, 情节严重 serious, 情节特别严重 very serious, 违法所得
// gain, 履行职责或者提供服务过程中获得 insider. PIJ stands for 法释〔2017〕10号;
// PIJ5(1)(3) is article 5, paragraph 1, item 3.
package privacy
