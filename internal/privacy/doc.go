// Package privacy knows personal information (个人信息): what kinds there are
// and what the law makes of each (Kinds), by which name or value one is known
// (ByName, Recognise, Find), how it is masked (Mask), and which 情节 thresholds
// of 法释〔2017〕10号 counts of it reach (Assess).
//
// It must not know where values and counts come from: neither files, cases nor
// persons. Assess trusts its caller to have removed duplicates, to have given
// each 条 one class, and to say whether the holder got the information in duty
// or service.
//
// Its terms: 条 record, 情节严重 serious, 情节特别严重 very serious, 违法所得
// gain, 履行职责或者提供服务过程中获得 insider, 敏感个人信息 sensitive. PIJ
// stands for 法释〔2017〕10号; PIJ5(1)(3) is article 5, paragraph 1, item 3; P
// for 个人信息保护法.
package privacy
